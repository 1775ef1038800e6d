/** The floor in code: which gates and seats the facts of a change ask for. */

import { describe, expect, test } from 'vitest';
import { type Action } from '../../src/domain/actions.ts';
import type { Finding } from '../../src/domain/compliance.ts';
import { sixGates } from '../../src/domain/gates.ts';
import { gatesOf, personalDataOf, requiredGates, type ChangeFacts } from '../../src/governance/floor.ts';

const facts = (more: Partial<ChangeFacts>): ChangeFacts => ({
  actions: [],
  findings: [],
  personalData: 'NONE',
  industry: 'GENERAL',
  ...more,
});
const finding = (category: Finding['category'], severity: Finding['severity']): Finding => ({
  ruleId: 'r',
  category,
  severity,
  enforcement: 'MUST',
  span: { start: 0, end: 1 },
  quote: 'q',
  reason: 'because',
  lawRef: 'law',
  market: 'ALL',
  evidenceNeeded: [],
  suggestion: null,
  source: 'RULE',
  confidence: 1,
  catalogueVersion: '1',
});

describe('gates of a change, in code', () => {
  test('an action of an unknown kind needs all six gates', () => {
    expect(gatesOf(facts({ actions: [{ kind: 'account.close' }] }))).toEqual([...sixGates].sort());
    expect(gatesOf(facts({ actions: [{ kind: 'toString' }] }))).toEqual([...sixGates].sort());
  });

  test('claim findings of a regulated category add REGULATED_CLAIM, two officers for health', () => {
    const publish = [{ kind: 'message.publish' }];
    expect(gatesOf(facts({ actions: publish }))).toEqual(['BRAND_CRITICAL']);
    expect(gatesOf(facts({ actions: publish, findings: [finding('HEALTH', 'INFO')] }))).toEqual(['BRAND_CRITICAL']);
    const health = requiredGates(facts({ actions: publish, findings: [finding('HEALTH', 'WARN')] }), {
      totalMinor: 0n,
      baseMinor: 1n,
    });
    expect(health.map(({ gate, seats }) => [gate, seats[0]?.count])).toEqual([
      ['BRAND_CRITICAL', 1],
      ['REGULATED_CLAIM', 2],
    ]);
  });

  test('a publication that nobody reviewed, and any in a regulated industry, is a regulated claim', () => {
    const publish = [{ kind: 'message.publish' }];
    expect(gatesOf(facts({ actions: publish, findings: null }))).toContain('REGULATED_CLAIM');
    expect(gatesOf(facts({ actions: publish, industry: 'GAMBLING' }))).toContain('REGULATED_CLAIM');
    expect(gatesOf(facts({ actions: [{ kind: 'budget.set' }], findings: null }))).toEqual(['BUDGET_SHIFT']);
  });

  test('an audience that names personal attributes fires PERSONAL_DATA, two officers for special ones', () => {
    const audience = (sensitivity: string): Action => ({
      kind: 'audience.define',
      target: { type: 'audience', id: 'a', name: 'a' },
      before: null,
      after: 'a',
      definition: { include: [{ attribute: 'x', sensitivity }] },
    });
    expect(personalDataOf([audience('none')])).toBe('NONE');
    expect(personalDataOf([audience('personal')])).toBe('PERSONAL');
    const special = requiredGates(
      facts({ actions: [audience('special')], personalData: personalDataOf([audience('special')]) }),
      { totalMinor: 0n, baseMinor: 1n },
    );
    expect(special.map(({ gate, seats }) => [gate, seats[0]?.count])).toEqual([
      ['AUDIENCE_DEFINITION', 1],
      ['PERSONAL_DATA', 2],
    ]);
  });
});
