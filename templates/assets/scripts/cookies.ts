/** Choices that the server must know before it draws the page (theme, projector): cookies of this site alone. */

const YEAR_SECONDS = 365 * 24 * 3600;

/** Remember `value` under `name` for a year; null forgets it. */
export function remember(name: string, value: string | null): void {
  const secure = location.protocol === "https:" ? ";secure" : "";
  const age = value === null ? 0 : YEAR_SECONDS;
  document.cookie = `${name}=${value ?? ""};path=/;max-age=${age};samesite=lax${secure}`;
}
