/** Owns the demo workspace: its people, its two years of simulated market written through the import path, its brand book and strategy. */
import { BudgetEntity, CampaignEntity, ChannelEntity } from '../database/entities/campaign.ts';
import { AudienceEntity, MessageEntity } from '../database/entities/message.ts';
import { SandboxMarketEntity } from '../database/entities/sandbox.ts';
import { StrategyEntity } from '../database/entities/strategy.ts';
import type { PersonRole } from '../domain/principal.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import type { WorkspaceSetup, WorkspaceSummary } from '../domain/workspaces.ts';
import { addDays, dayIn, startOf, type CalendarDay } from '../kernel/calendar.ts';
import { digestOf } from '../kernel/canonicalJson.ts';
import { derivedId } from '../kernel/ids.ts';
import { microsFromUnits } from '../kernel/money.ts';
import { brandBook } from '../simulator/brandBook.ts';
import { demoAudiences } from '../simulator/demoAudiences.ts';
import { demoCampaigns, demoChannels } from '../simulator/demoCampaigns.ts';
import { demoMessages } from '../simulator/demoMessages.ts';
import { demoStrategy } from '../simulator/demoStrategy.ts';
import { createMarket } from '../simulator/market.ts';
import type { Market } from '../simulator/marketTypes.ts';
import { callerOf, systemCaller, type Caller, type PersonCaller } from './callers.ts';
import type { LoadProgress } from '../connectors/imports/loadFacts.ts';
import type { GoalInput } from '../domain/goals.ts';
import { addBrandText } from './brandDocuments.ts';
import { loadMarketRows } from './demoMarket.ts';
import type { Services } from './services.ts';
import { callerAs, currentWorkspace } from './workspaces.ts';

/** Name of the demo workspace. */
export const DEMO_NAME = 'demo';
/** Seed of the demo's market; the same on every machine. */
const MARKET_SEED = 7;
/** Two years of whole weeks. */
const HISTORY_DAYS = 728;
/** Days that the demo's goal looks ahead: one quarter. */
const GOAL_DAYS = 91;
/** Who starts runs in the demo. */
const STRATEGIST = 'strategist@demo.example';

/** Two holders of each role that decides, so that nobody decides on what they proposed. */
const APPROVER_ROLES: readonly [string, PersonRole][] = [
  ['strategy', 'STRATEGY_OWNER'],
  ['audience', 'AUDIENCE_OWNER'],
  ['budget', 'BUDGET_OWNER'],
  ['finance', 'FINANCE'],
  ['compliance', 'COMPLIANCE'],
  ['brand', 'BRAND_OWNER'],
  ['privacy', 'PRIVACY_OFFICER'],
  ['operator', 'OPERATOR'],
];

/** What `start` greets with. */
export interface Welcome {
  readonly workspace: string;
  readonly email: string;
  readonly token: string;
  readonly others: readonly string[];
  readonly next: readonly string[];
  /** Whether commands have to name the workspace, since there are several. */
  readonly named: boolean;
}

/** Who is told how far seeding has come, and what stops it. */
export interface Seeding {
  tell(this: void, text: string): void;
  readonly signal?: AbortSignal;
  /** Told when the rows are in and the database works on them alone, for a second or two. */
  busy?(this: void): void;
}

/** Seeds the demo where the database is empty, and says who may start a run with which token. */
export async function prepareFirstStart(services: Services, seeding: Seeding): Promise<Welcome> {
  const existing = await services.owner.listWorkspaces();
  const workspace = existing[0] ?? (await seedDemo(services, seeding));
  const shown = existing.find((one) => one.isDemo) ?? workspace;
  const caller = shown.isDemo ? await demoCaller(services, shown) : await callerAs(services, shown.id);
  const email = caller.principal.kind === 'PERSON' ? caller.principal.email : '';
  const token = await services.identity.issue({ workspaceId: shown.id, email }).catch(() => '(from your issuer)');
  const named = existing.length > 1;
  const naming = named ? ` --workspace ${shown.name}` : '';
  return {
    workspace: shown.name,
    named,
    email,
    token,
    others: shown.isDemo ? APPROVER_ROLES.map(([name]) => `${name}-1@demo.example`) : [],
    next: [
      'Open the explorer, put the token in Headers, and run the query that is there.',
      'npx baton demo --approve ask   (one goal from plan to learning; you answer each gate)',
      `npx baton import performance FILE --dry-run${naming}   (what your own export would load)`,
    ],
  };
}

/** The demo workspace, seeded where it is missing. Seeding again after a break goes on where it stopped. */
export async function seedDemo(services: Services, { tell, signal, busy }: Seeding): Promise<WorkspaceSummary> {
  const known = (await services.owner.listWorkspaces()).find((one) => one.name === DEMO_NAME);
  const today = startOf('WEEK', dayIn('UTC', services.clock.now()));
  const workspace = known ?? (await services.owner.createWorkspace(demoSetup(today)));
  const caller = systemCaller(services, workspace.id, 'demo');
  if (await isSeeded(caller)) return workspace;

  tell('Simulating two years of a market …');
  const market = createMarket({ seed: MARKET_SEED, startDay: addDays(today, -HISTORY_DAYS), days: HISTORY_DAYS });
  await caller.inUnit('app', (unit) => describeBusiness(unit, market));
  const progress = ({ stage }: LoadProgress): void => void (stage === 'ACTIVATING' && busy?.());
  await loadMarketRows(caller, market, { tell, progress, ...(signal ? { signal } : {}) });
  tell('Reading the brand book …');
  for (const document of brandBook(today)) await addBrandText(caller, document);
  await activateStrategy(services, workspace.id, today);
  // The market's state comes last: it tells that the seed is whole.
  await caller.inUnit('app', async ({ em }) => {
    em.create(SandboxMarketEntity, {
      workspaceId: workspace.id,
      seed: BigInt(MARKET_SEED),
      state: market.state,
      advancedThrough: market.to,
    });
    await em.flush();
  });
  await services.owner.checkpoint();
  return workspace;
}

/** The person who starts runs in the demo. */
export async function demoCaller(services: Services, workspace: { id: string }): Promise<PersonCaller> {
  return (await callerAs(services, workspace.id, STRATEGIST)) as PersonCaller;
}

/** The demo's goal: one quarter from the business date, a little more revenue than the market gives by itself; it needs all nine specialists. */
export async function demoGoal(caller: Caller): Promise<GoalInput> {
  const { today } = await caller.inUnit('app', currentWorkspace);
  return {
    kpi: 'QUALIFIED_LEADS',
    target: 86_000,
    from: today,
    to: addDays(today, GOAL_DAYS - 1),
    budgetMicros: microsFromUnits(1_450_000),
    market: 'ALL',
    text: 'More qualified leads next quarter on the same money. Find what is wasted, refresh what is worn out, brief search and content, look at email, and tell me what to do first.',
    constraints: ['No health or mood claims', 'Keep the frequency of email as it is'],
  };
}

function demoSetup(today: CalendarDay): WorkspaceSetup {
  const approvers = APPROVER_ROLES.flatMap(([name, role]) =>
    [1, 2].map((n) => ({ email: `${name}-${n}@demo.example`, roles: [role] })),
  );
  return {
    name: DEMO_NAME,
    title: 'Noonward (demo)',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    firstWeekday: 1,
    industry: 'GENERAL',
    market: 'ALL',
    isDemo: true,
    businessDate: today,
    members: [
      { email: 'admin@demo.example', roles: ['ADMIN'] },
      { email: STRATEGIST, roles: ['STRATEGIST', 'ANALYST'] },
      ...approvers,
    ],
  };
}

async function isSeeded(caller: Caller): Promise<boolean> {
  return caller.inUnit(
    'app',
    async ({ em, workspace }) => (await em.findOne(SandboxMarketEntity, { workspaceId: workspace.id })) !== null,
  );
}

/** Writes what the platforms would show of campaigns, audiences, messages and budgets; all of it observed, none of it approved. */
async function describeBusiness({ em, workspace, clock }: UnitOfWork, market: Market): Promise<void> {
  if ((await em.count(ChannelEntity, {})) > 0) return;
  const shared = { workspaceId: workspace.id, createdAt: clock.now() };
  const id = (kind: string, external: string): string => derivedId('demo', workspace.id, kind, external);
  for (const channel of demoChannels)
    em.create(ChannelEntity, {
      ...shared,
      id: id('channel', channel.key),
      key: channel.key,
      title: channel.name,
      kind: channel.key === 'EMAIL' ? 'OWNED' : 'PAID',
      unit: 'MONEY',
    });
  for (const campaign of demoCampaigns) {
    em.create(CampaignEntity, {
      ...shared,
      id: id('campaign', campaign.id),
      channel: campaign.channel,
      externalId: campaign.id,
      name: campaign.name,
      status: 'OBSERVED',
      objective: campaign.objective,
      market: 'ALL',
      launchedOn: null,
      version: 1,
    });
  }
  for (const audience of demoAudiences) {
    em.create(AudienceEntity, {
      ...shared,
      id: id('audience', audience.id),
      externalId: audience.id,
      name: audience.name,
      status: 'OBSERVED',
      definition: {
        description: audience.description,
        exclusions: audience.exclusions,
        basis: audience.basis,
        size: audience.size,
      },
      parentName: null,
      version: 1,
    });
  }
  for (const message of demoMessages) {
    const { headline, body, callToAction } = message;
    em.create(MessageEntity, {
      ...shared,
      id: id('message', message.id),
      externalId: message.id,
      name: message.name,
      channel: message.channel,
      campaignId: null,
      status: 'OBSERVED',
      headline,
      body,
      callToAction,
      language: 'en',
      digest: digestOf({ headline, body, callToAction }),
      version: 1,
    });
  }
  await em.flush();
  for (const campaign of market.state.campaigns) {
    if (campaign.dailyBudgetMicros === null) continue;
    em.create(BudgetEntity, {
      ...shared,
      id: id('budget', campaign.id),
      channel: campaign.channel,
      campaignId: id('campaign', campaign.id),
      status: 'OBSERVED',
      period: 'DAY',
      amountMicros: BigInt(campaign.dailyBudgetMicros),
      currency: 'EUR',
      validFrom: market.to,
      changeSetId: null,
    });
  }
  await em.flush();
}

/** The strategy that the demo's people agreed on before the demo begins: part of the setting, like their roles. */
async function activateStrategy(services: Services, workspaceId: string, today: CalendarDay): Promise<void> {
  const inUnit = callerOf(services, workspaceId, { kind: 'SYSTEM', service: 'demo' }).inUnit;
  await inUnit('executor', async ({ em, clock }) => {
    if ((await em.count(StrategyEntity, {})) > 0) return;
    const document = demoStrategy(today);
    em.create(StrategyEntity, {
      id: derivedId('demo', workspaceId, 'strategy'),
      workspaceId,
      market: 'ALL',
      version: 1,
      status: 'ACTIVE',
      document,
      digest: digestOf(document),
      proposedBy: 'setup',
      activatedAt: clock.now(),
      createdAt: clock.now(),
    });
    await em.flush();
  });
}
