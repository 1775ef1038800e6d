/** Owns which forecasts are measured: open ones about a level, and those about a change that was carried out. */

/** Condition on a forecast `f`; a change that nobody made has no effect to be held against. */
export const MEASURABLE = `f.state = 'OPEN'
  and (f.quantity = 'LEVEL' or exists (select 1 from recommendation c where c.id = f.recommendation_id and c.status = 'EXECUTED'))`;
