/** What the page says about counting, from what it knows: saved, waiting to save, or not counting and why. Pure. */

export interface Facts {
  /** A session has been opened. */
  hasSession: boolean;
  /** Another page or device earns now; that stands over the picture. */
  isTakenOver: boolean;
  /** A presence check waits for its answer. */
  isAsked: boolean;
  /** More was watched without the network than may wait for a check. */
  isTooLongOffline: boolean;
  /** Why the page counts nothing at present: no session, too fast, hidden. */
  hindrance: string;
  /** Why the server took the last beats for nothing. */
  refusal: string;
  /** Beats that wait to be judged. */
  waiting: number;
  /** The last attempt to send did not reach the server. */
  isFailing: boolean;
}

export const NOTHING_KNOWN: Facts = {
  hasSession: false,
  isTakenOver: false,
  isAsked: false,
  isTooLongOffline: false,
  hindrance: "",
  refusal: "",
  waiting: 0,
  isFailing: false,
};

export type Saying =
  | { state: "idle" }
  | { state: "saved" }
  | { state: "waiting" }
  | { state: "refused"; why: "taken_over" | "asked" | "offline" | "refusal"; reason: string };

/** The first that holds, the gravest first. */
export function sayingOf(facts: Facts): Saying {
  if (facts.isTakenOver) return { state: "refused", why: "taken_over", reason: "" };
  if (facts.isAsked) return { state: "refused", why: "asked", reason: "" };
  if (facts.isTooLongOffline) return { state: "refused", why: "offline", reason: "" };
  const reason = facts.hindrance || facts.refusal;
  if (reason) return { state: "refused", why: "refusal", reason };
  if (facts.waiting > 0 && facts.isFailing) return { state: "waiting" };
  return facts.hasSession ? { state: "saved" } : { state: "idle" };
}
