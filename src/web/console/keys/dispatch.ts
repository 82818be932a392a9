import { KEY_TABLE, type KeyId } from "./table.ts";

export type KeyHandlers = Partial<Record<KeyId, () => void>>;

const CHORD_MS = 1200;
const stack: { readonly handlers: () => KeyHandlers }[] = [];
let singleKeys = true;
let chord: { readonly key: string; readonly at: number } | undefined;

/** Handlers of the newest registration win; the returned function takes them away again. */
export function registerKeys(handlers: () => KeyHandlers): () => void {
  const entry = { handlers };
  stack.push(entry);
  return () => {
    stack.splice(stack.indexOf(entry), 1);
  };
}

/** The user's own switch (WCAG 2.1.4). Combinations with Ctrl and Esc stay. */
export function allowSingleKeys(allowed: boolean): void {
  singleKeys = allowed;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type);
}

/** Keys such as Enter and Esc belong to an open dialog or menu first. */
function isElsewhere(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open]") !== null) return true;
  return target instanceof HTMLElement && target.closest("[role=menu]") !== null;
}

function pressed(event: KeyboardEvent): string {
  const control = event.ctrlKey || event.metaKey;
  return control ? `Ctrl+${event.key.length === 1 ? event.key.toLowerCase() : event.key}` : event.key;
}

/** One key may mean different things on different screens; who has a handler for it decides. */
function matching(key: string, now: number): readonly KeyId[] {
  const start = chord !== undefined && now - chord.at < CHORD_MS ? chord.key : undefined;
  chord = undefined;
  if (start !== undefined) {
    const both = KEY_TABLE.find((entry) => entry.keys === `${start} ${key}`);
    if (both !== undefined) return [both.id];
  }
  if (KEY_TABLE.some((entry) => entry.keys.startsWith(`${key} `))) chord = { key, at: now };
  return KEY_TABLE.filter((entry) => entry.keys === key).map(({ id }) => id);
}

/** Enter on a link, a button or a tab is that element's own business. */
function isActivation(event: KeyboardEvent): boolean {
  const target = event.target;
  return (
    event.key === "Enter" && target instanceof HTMLElement && target.closest("a, button, summary, [role=tab]") !== null
  );
}

export function handleKey(event: KeyboardEvent): void {
  // While an input method composes (Telex and VNI use ordinary letters as tone keys) no key is ours.
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || event.altKey) return;
  const key = pressed(event);
  const single = !key.startsWith("Ctrl+") && key !== "Escape";
  if (isElsewhere(event.target) && key !== "Ctrl+k") return;
  if (single && (!singleKeys || isTyping(event.target) || isActivation(event))) return;
  if (key === "Escape" && isTyping(event.target)) {
    // Leaving a search field must not empty it, which is what browsers do.
    event.preventDefault();
    (event.target as HTMLElement).blur();
    return;
  }
  const ids = matching(key, event.timeStamp);
  const handler = stack
    .toReversed()
    .flatMap((entry) => ids.flatMap((id) => entry.handlers()[id] ?? []))
    .at(0);
  if (handler === undefined) return;
  event.preventDefault();
  handler();
}
