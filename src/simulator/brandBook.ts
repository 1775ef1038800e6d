/** Owns the demo brand's book as Markdown documents. Rules are written once in brandRules.ts and quoted here. */
import type { CalendarDay } from '../kernel/calendar.ts';
import { brandRules } from './brandRules.ts';
import { demoClaims } from './demoClaims.ts';

/** One document of the brand book. */
export interface BrandBookDocument {
  /** File name it would have, such as `voice.md`. */
  readonly source: string;
  readonly title: string;
  readonly markdown: string;
}

/** The brand book as it stands on a business date: five documents, some 2,000 words. */
export function brandBook(today: CalendarDay): readonly BrandBookDocument[] {
  return [
    { source: 'positioning.md', title: 'Who we are and for whom', markdown: positioning },
    { source: 'voice.md', title: 'How we write', markdown: `${voice}\n${ruleList('voice.md')}\n${voiceExamples}` },
    {
      source: 'products-and-claims.md',
      title: 'Products, facts and claims',
      markdown: `${products}\n${claimList(today)}\n${ruleList('products-and-claims.md')}`,
    },
    { source: 'visual.md', title: 'How we look', markdown: `${visual}\n${ruleList('visual.md')}` },
    { source: 'learnings.md', title: 'What past campaigns taught us', markdown: learnings },
  ];
}

function ruleList(source: string): string {
  const lines = brandRules
    .filter((rule) => rule.source === source)
    .map((rule) => {
      const banned =
        rule.bannedPhrases.length > 0
          ? ` Banned: ${rule.bannedPhrases.map((phrase) => `"${phrase}"`).join(', ')}.`
          : '';
      return `- **${rule.enforcement}** (${rule.id}): ${rule.text}${banned}`;
    });
  return `## Rules\n\nMUST is a condition of publishing. SHOULD needs a reason to be set aside. MAY is allowed and not expected.\n\n${lines.join('\n')}\n`;
}

function claimList(today: CalendarDay): string {
  const entries = demoClaims(today).map((claim) => {
    const evidence = claim.evidence
      .map((item) => `${item.title} (${item.date}, ${item.strength.toLowerCase()})`)
      .join('; ');
    return `### ${claim.id}\n\n> ${claim.text}\n\nEvidence: ${evidence}. ${claim.expiresOn ? `Valid until ${claim.expiresOn}.` : 'No end date.'}\nCondition: ${claim.condition}\n`;
  });
  return `## Claims we can prove\n\nA claim that is not in this list is not made. A claim whose date has passed is not made either, however true it still\nfeels. Whoever wants a new one brings the evidence first.\n\n${entries.join('\n')}`;
}

const positioning = `# Who we are and for whom

## In one sentence

Noonward makes light for working days: desk and rail lights that follow the daylight, for offices in which not every desk is
taken every day.

## The problem we found

Most offices are lit from above, evenly, at a level that a standard asked for thirty years ago. The light is right for a person
who sweeps the floor and wrong for a person who reads a screen: too bright at the ceiling, too flat at the desk, and switched on
over forty desks for the nine people who came in. People notice it at about three in the afternoon. They do not say "the light
is bad". They say that they are tired, that the screen is hard to read, or that they would rather work from home.

Nobody in the building owns this. Facilities owns the fittings, IT owns the sensors, people operations owns the complaints, and
the landlord owns the ceiling. We make one thing that all four can say yes to.

## What we stand for

We light the desk and leave the ceiling alone. That is our whole position. It makes the product smaller than a relighting
project, cheaper than a sensor network and quicker than either. Whatever we add must keep those three comparisons true.

## What we are not

- We are not a wellness brand. Light can be pleasant. It is not a treatment, and we do not hint that it is.
- We are not a smart-building platform. Console shows which desks were lit. It does not know who sat there, and it never will.
- We are not the cheapest lamp. A buyer who wants the cheapest lamp should have it, and we say so.

## Personas

### The one who is asked: head of facilities, 200 to 2,000 desks

Judged by cost per desk and by the number of tickets. Has been promised a "seamless roll-out" before and remembers it. Needs: a
number per desk, a fitting plan for one weekend, and someone to call. Trigger: a refurbishment, a lease event, an energy bill.
Proof that works: a floor like theirs, with its ceiling height and grid. Proof that does not: awards.

### The one who draws it: architect or lighting planner

Judged by the finished room. Specifies rarely and remembers for years which makers sent the photometric file at once. Needs:
data, samples, and a maker who does not telephone. Trigger: a project at stage three. Proof that works: a cut sheet without an
adjective in it.

### The one who hears about it: people lead in a hybrid company

Judged by survey results and by who comes in. Has no budget for lights and a strong voice in the room. Needs: words for a
problem that has no owner. Trigger: an office-return policy. Proof that works: their own desk survey, run with our form.

### The one who must not be chased: the desk enthusiast

Loves the object, shares the film, clicks often and has one desk. A pleasure to have and no market for us. We do not build
audiences out of gadget pages in order to buy cheap reach; see what past campaigns taught us.

## Competitors, fairly

Ceiling-panel makers sell more light for less money per square metre; that is true, and it answers another question. Sensor
vendors save more energy in buildings that are empty at night; ours are empty by day. We compare by naming what is measured and
how. We never name a competitor in paid media.
`;

const voice = `# How we write

## The sound

Plain, exact, a little dry. We write as a good engineer speaks to a colleague from another trade: no fear of numbers, no
worship of them, and a joke only where it costs nothing to miss it. We trust short words. We let the reader finish the thought.

Three habits make the sound:

1. **Begin with the room, not with us.** "Half your desks are empty. All your lights are on." The product comes in the third
   sentence, if the first two were true.
2. **One number, with its unit and its source.** Two numbers are a table. A number without a source is a rumour.
3. **End on something the reader can do in ten minutes.** Draw a floor, order a sample, send a survey. "Contact sales" is not
   something a person wants to do.

## By channel

- **Search.** Answer the query in the headline, in the words of the query. No wit above the fold.
- **Social.** One room, one hour, one observation. Film without words, so that it works without sound.
- **Video and connected TV.** Show the change in a single shot. The name appears once, at the end.
- **Audio.** Use the silence. It is the only medium in which nobody can see the light, so we never describe it.
- **E-mail.** Write to one person about one finding. The subject says what is inside. A reader who stops after the chart has
  read the letter.
- **Partners.** Give data and samples, ask for nothing in the text, mark every paid placement as such.
`;

const voiceExamples = `## Before and after

- Before: "Unlock the power of human-centric lighting." After: "Light the desk. Leave the ceiling alone."
- Before: "Save up to 60% on energy!" After: "Fourteen floors used 38% less lighting energy in their first year. Here are the meters."
- Before: "Boost productivity and wellbeing." After: "We asked 41 floors about their light before and after. Here is what they said."
- Before: "Don't miss out, offer ends Friday." After: "The price per desk changes with the price list, four times a year."
`;

const products = `# Products, facts and claims

## The products

### Noonward Arc

A slim desk light with a daylight sensor and one dial. 9.5 watts at full output, 2,700 to 5,000 kelvin, colour rendering index 95.
One cable, two finishes (chalk, graphite). Body and driver can be taken apart with one tool. Launched last spring.

### Noonward Rail

A rail with four to eight heads that clips to a 600 or 625 mm ceiling grid and lights a row of desks. Takes its power from the
existing track or luminaire outlet. A floor of 120 desks takes two fitters one weekend, and the old ceiling light stays as
ambient light at a third of its output.

### Console

The software. Dims desks that nobody uses, shows lit hours and energy by floor, sets quiet hours. It counts presence at a
desk, not people: no camera, no badge, no name. Data stay in the European Union and are kept for thirteen months.

## Facts that are not claims

- Founded by two lighting engineers and a joiner; 61 people; workshop and assembly on one site.
- Minimum order: one sample kit. Typical first order: one floor, 60 to 150 desks.
- Fitting is done by certified partners at their own price; we publish the list.
- Warranty: five years on everything, ten years of spare parts on Arc.
`;

const visual = `# How we look

## Light first

Every picture is of a real room at a stated hour. We photograph what the light does: to a page, a hand, a wall. The lamp is in
the picture and is rarely its subject. If a picture would work as an advertisement for a chair, we take another one.

## Palette and type

Chalk (#F4F1EA), graphite (#2B2B2A), noon (#F2B84B, for one element on a page) and dusk (#5B6B7A, for charts). Text is graphite
on chalk; noon is never a text colour. Headlines and text share one grotesque in two weights. We set left, ragged right, and
break headlines by sense.

## Charts

One message a chart, written as its title. Axes begin at zero where length carries the value. Intervals are drawn, not
footnoted. The source stands under the chart in words that a reader can follow.

## Film

Locked-off camera, natural sound or none, no music under a claim. Captions always, since most people watch without sound.
`;

const learnings = `# What past campaigns taught us

These are notes from our own work, kept because each of them cost money. They are history and no proof: where a number here
differs from what the data say today, the data stand.

## Clicks are not buyers

Two autumns ago a social campaign to desk set-up pages had three times the usual click rate and filled the site for a month.
Sales called everyone. Nearly nobody had more than one desk. The cost of a qualified enquiry came out above that of any other
audience, and the team had to be told so in front of its best click chart. Since then we judge an audience by qualified enquiries
for its cost, and a click rate is a diagnosis and never a result.

## A good film gets tired

"One desk. One day. No glare." began as the strongest social film we had made. After some months of heavy rotation its click rate
had halved, and we blamed the season. A fresh cut brought it back within a week. Watch the response against exposure, not
against the calendar, and have the second cut ready when the first one goes live.

## The search money that was not ours

Brand search looked like the best channel in the house until we switched it off in two regions for three weeks. Most of those
people came anyway. We kept it, at a smaller budget, because competitors bid on the name; we stopped quoting its return.

## Retargeting flatters

People who drew a floor plan come back without being chased. Platforms count them as won. When the platform's number and
the sales system's number disagree, the sales system's counts.

## Letters beat offers

The monthly letter outsold every discount that we sent, measured by revenue per recipient. Opens told us nothing: a third of
them are machines. We choose e-mail variants by clicks that lead to a plan and by revenue, and never by opens.

## Weekends sell retrofits

Every message that made the fitting concrete ("Friday dull, Monday bright") raised enquiries from facilities leaders, in every
channel in which we tried it. The ones that made the technology concrete raised nothing but questions.

## Launches borrow from the future

The Arc launch lifted enquiries for about six weeks and then left a dip. Plan spend for the dip before the launch, and do not
judge a channel by a window that holds either.
`;
