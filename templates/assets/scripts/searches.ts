/** The searches that this browser remembers: kept here alone, the latest first, until they are cleared. */

const KEY = "searches";
const MOST = 8;
const LONGEST = 200;

/** The remembered searches; none where the browser keeps nothing. */
export function remembered(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept)
      ? kept.filter((each): each is string => typeof each === "string" && each.length <= LONGEST).slice(0, MOST)
      : [];
  } catch {
    return [];
  }
}

export function rememberSearch(text: string): void {
  const words = text.trim().slice(0, LONGEST);
  if (!words) return;
  const kept = [words, ...remembered().filter((each) => each !== words)].slice(0, MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing has nothing to offer next time.
  }
}

export function forgetSearches(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}
