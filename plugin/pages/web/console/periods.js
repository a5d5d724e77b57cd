// Days, and the days of a report put together to what a chart has room for.

const DAY = 24 * 60 * 60 * 1000;
const MOST_DAYS = 62;

const at = (day) => Date.parse(`${day}T00:00:00Z`);
const written = (moment) => new Date(moment).toISOString().slice(0, 10);

/** The day `count` days after `day`, both as 2026-11-23. */
export const after = (day, count) => written(at(day) + count * DAY);

/** From `from` to `to` every day, or where they are many every week from its Monday on. */
export function steps(from, to) {
  const weekly = at(to) - at(from) >= MOST_DAYS * DAY;
  const monday = (moment) => moment - ((new Date(moment).getUTCDay() + 6) % 7) * DAY;
  const first = weekly ? monday(at(from)) : at(from);
  const list = [];
  for (let moment = first; moment <= at(to); moment += weekly ? 7 * DAY : DAY) list.push(written(moment));
  return { weekly, list, of: (day) => (weekly ? written(monday(at(day))) : day) };
}

/** What `value(day)` comes to in each step, as points of a chart. */
export function points(days, { list, of }, value) {
  const sums = new Map(list.map((each) => [each, 0]));
  for (const day of days) sums.set(of(day.day), (sums.get(of(day.day)) ?? 0) + value(day));
  return list.map((name) => ({ name, value: sums.get(name) }));
}
