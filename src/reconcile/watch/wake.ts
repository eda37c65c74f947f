/** How often we look at the clocks. */
const LOOK_MS = 1_000;
/** Clocks that are kept right are moved by less. */
const JUMP_MS = 15_000;

/**
 * Calls back when the machine was asleep, or its clock was set: the clock of the wall and the one that nobody sets have
 * gone apart, or no timer ran for a while. Connections may be dead then without anybody having said so.
 */
export function onWake(signal: AbortSignal, woken: () => void, lookMs = LOOK_MS): void {
  let last = { wall: Date.now(), steady: performance.now() };
  const timer = setInterval(() => {
    const now = { wall: Date.now(), steady: performance.now() };
    const [wall, steady] = [now.wall - last.wall, now.steady - last.steady];
    last = now;
    if (Math.abs(wall - steady) > JUMP_MS || steady - lookMs > JUMP_MS) woken();
  }, lookMs);
  signal.addEventListener('abort', () => clearInterval(timer));
}
