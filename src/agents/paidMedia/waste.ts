/** Owns wasted spend: campaigns that very probably bring less than half of what their channel brings for the same money. Pure. */
import { chiSquareTail } from '../../brain/distributions.ts';

/** A campaign's results for its spend. */
export interface CampaignResult {
  readonly id: string;
  readonly name: string;
  readonly channel: string;
  readonly results: number;
  readonly spend: number;
}

/** A campaign with the probability that it is a poor place for money. */
export interface Waste extends CampaignResult {
  /** Results for a unit of spend, shrunken to the channel's. */
  readonly rate: number;
  readonly channelRate: number;
  /** That the rate is below half of the channel's. */
  readonly probability: number;
  /** Spend beyond what the channel would have needed for the same results; 0 where the probability is low. */
  readonly wasted: number;
}

/** Weight of the channel's rate in results: as much as this many results of one's own. */
const PRIOR_RESULTS = 4;
const HALF = 0.5;
const SURE = 0.9;

/** Judges each campaign against the others of its channel (Gamma-Poisson); campaigns alone in a channel are not judged. */
export function wasteOf(campaigns: readonly CampaignResult[]): Waste[] {
  return campaigns.flatMap((campaign) => {
    const peers = campaigns.filter(
      (other) => other.channel === campaign.channel && other.id !== campaign.id && other.spend > 0,
    );
    const peerSpend = peers.reduce((sum, peer) => sum + peer.spend, 0);
    const peerResults = peers.reduce((sum, peer) => sum + peer.results, 0);
    if (!(peerSpend > 0) || !(peerResults > 0) || !(campaign.spend > 0)) return [];
    const channelRate = peerResults / peerSpend;
    const shape = PRIOR_RESULTS + campaign.results;
    const exposure = PRIOR_RESULTS / channelRate + campaign.spend;
    // A Gamma variable below x is a chi-square variable below 2 x times its rate.
    const probability = 1 - chiSquareTail(2 * HALF * channelRate * exposure, 2 * shape);
    const wasted = probability >= SURE ? Math.max(0, campaign.spend - campaign.results / channelRate) : 0;
    return [{ ...campaign, rate: shape / exposure, channelRate, probability, wasted }];
  });
}
