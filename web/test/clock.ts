/* Loaded before the script under test: waits of half a second and more pass a hundred times as fast. */
const real = window.setTimeout.bind(window);

export const clock = { real: (run: () => void, ms: number): void => void real(run, ms) };

window.setTimeout = ((run: () => void, ms = 0) => real(run, ms >= 500 ? ms / 100 : ms)) as typeof window.setTimeout;
