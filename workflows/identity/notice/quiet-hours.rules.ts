import type { QuietHours } from './preference.rules.js';

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

/** Whether a name of the IANA database is known here. */
export function isTimeZone(name: string): boolean {
  try {
    clockOf(name);
    return true;
  } catch {
    return false;
  }
}

const clockOf = (zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });

/** The end of the quiet hours around a time; undefined for a time outside. Milliseconds since 1970. */
export function quietUntilMs(
  { start, end, time_zone: zone }: QuietHours,
  nowMs: number,
): number | undefined {
  const clock = clockOf(zone);
  const minuteOf = (ms: number): number => minutesIn(clock.format(ms));
  const [startMinute, until] = [minutesIn(start), minutesIn(end)];
  const thisMinuteMs = Math.floor(nowMs / minuteMs) * minuteMs;
  const local = minuteOf(thisMinuteMs);
  if (forward(startMinute, local) >= forward(startMinute, until)) return undefined;
  const endMs = thisMinuteMs + forward(local, until) * minuteMs;
  // The zone's clock may be put forward or back in between.
  const driftMinutes = nearest(minuteOf(endMs) - until);
  const correctedMs = endMs - driftMinutes * minuteMs;
  // A time skipped by the clock is over at the change.
  return minuteOf(correctedMs) === until ? correctedMs : endMs;
}

const minutesIn = (text: string): number => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
};

/** Minutes from a time of the day to the next occurrence of another. */
const forward = (first: number, second: number): number =>
  (second - first + dayMinutes) % dayMinutes;

/** A difference of times of the day, by the shorter way round. */
const nearest = (minutes: number): number =>
  ((minutes + dayMinutes + dayMinutes / 2) % dayMinutes) - dayMinutes / 2;
