/** Owns asking, before work starts, whether the workspace has the people whom the gates will need. Decides nothing. */
import { gateFloor, type Gate, type GateSeat } from '../domain/gates.ts';
import type { PersonRole } from '../domain/principal.ts';
import type { UnitOfWork } from '../domain/unit.ts';

/** A gate with the seats that it will have. */
export interface GateToStaff {
  readonly gate: Gate;
  readonly seats: readonly GateSeat[];
}

/** Seats that nobody is left for, with how many active members could take one at all (proposers left out); empty when every seat finds a person of its own. */
export type MissingSeats = readonly { readonly gate: Gate; readonly role: PersonRole; readonly holders: number }[];

interface Seat {
  readonly gate: Gate;
  readonly role: PersonRole;
}

/**
 * Matches the seats of gates that fire together to distinct people, since one person satisfies one gate of a change.
 * `proposers` may not decide, except at gates that allow it. The match is a largest one: what is missing cannot be had by asking others.
 */
export async function staffGates(
  unit: UnitOfWork,
  gates: readonly GateToStaff[],
  proposers: readonly string[],
): Promise<MissingSeats> {
  const rows = await unit.em.execute<{ memberId: string; role: PersonRole }[]>(
    `select m.id as "memberId", r.role from member m join member_role r on r.member_id = m.id where m.active order by m.created_at, m.id`,
  );
  const mayTake = (seat: Seat): string[] =>
    rows
      .filter(
        (row) =>
          row.role === seat.role && (gateFloor[seat.gate].proposerMayDecide || !proposers.includes(row.memberId)),
      )
      .map((row) => row.memberId);
  const seats = gates.flatMap(({ gate, seats: wanted }) =>
    wanted.flatMap(({ role, count }) => Array.from({ length: count }, (): Seat => ({ gate, role }))),
  );
  const placed = new Set(matchSeats(seats.map(mayTake)).values());
  return seats.flatMap((seat, index) => (placed.has(index) ? [] : [{ ...seat, holders: mayTake(seat).length }]));
}

/** A largest matching by augmenting paths: person to seat index. */
function matchSeats(candidates: readonly (readonly string[])[]): Map<string, number> {
  const taken = new Map<string, number>();
  const place = (seat: number, tried: Set<string>): boolean =>
    (candidates[seat] ?? []).some((person) => {
      if (tried.has(person)) return false;
      tried.add(person);
      const holder = taken.get(person);
      if (holder !== undefined && !place(holder, tried)) return false;
      taken.set(person, seat);
      return true;
    });
  for (const seat of candidates.keys()) place(seat, new Set());
  return taken;
}
