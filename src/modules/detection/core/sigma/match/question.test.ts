import { expect, test } from "vitest";
import { Answers } from "./answers.ts";
import type { Atom } from "./atom.ts";
import type { Expression } from "./expression.ts";
import { and, not, or } from "./expression.ts";
import { FieldTable } from "../sources/field-table.ts";
import { EventSlots } from "./fields.ts";
import type { LazyEvent } from "./fields.ts";
import type { Question } from "./question.ts";
import { Questions } from "./question.ts";
import { ValueMemory } from "./value-memory.ts";

/** One event after the other, and how often each test was run. */
class Asking {
  readonly runs: number[] = [];
  readonly questions = new Questions();
  private readonly table = new FieldTable();
  private readonly fields = ["Image", "User"].map((name) => this.table.idOf(name));
  private readonly slots = new EventSlots(this.table);
  private readonly answers = new Answers({ memory: new ValueMemory() });
  private readonly names = ["Image", "User"];

  atom(field: "Image" | "User", text: string, price: number): Expression {
    const id = this.runs.push(0) - 1;
    const number = this.fields[this.names.indexOf(field)] as number;
    const holds: Atom["holds"] = (slots) => {
      this.runs[id] = (this.runs[id] as number) + 1;
      return slots.foldedText(number).includes(text);
    };
    this.answers.makeRoom(id + 1);
    return { op: "atom", atom: { id, field: number, price, holds, requirements: [] } };
  }

  /** Tokens tell values from one another; without them every event's are new. */
  holds(question: Question, image: string, user: string, tokens?: readonly [number, number]): boolean {
    const values = [image, user];
    const event: LazyEvent = {
      logsource: {},
      names: this.names,
      raw: "",
      valueAt: (position) => values[position] as string,
      tokenAt: (position) => tokens?.[position] ?? -1,
      generation: 1,
      named: () => undefined,
      verbatim: undefined,
    };
    this.slots.bindLazily(event, undefined);
    this.answers.nextEvent();
    return this.answers.holds(question, this.slots);
  }
}

test("what several rules ask, in whatever order, is one question and asked once of an event", () => {
  const asking = new Asking();
  const [image, user] = [asking.atom("Image", "cmd", 2), asking.atom("User", "system", 2)];
  const one = asking.questions.of(and([image, not(user)]));
  expect(asking.questions.of(and([not(user), image]))).toBe(one);
  expect(asking.questions.of(or([not(user), image]))).not.toBe(one);
});

test("of a value that comes again the answer is remembered, whatever the other values are", () => {
  const asking = new Asking();
  const [first, second] = [asking.atom("Image", "cmd", 2), asking.atom("Image", "exe", 2)];
  const user = asking.atom("User", "system", 2);
  const question = asking.questions.of(and([first, second, user]));
  expect(asking.holds(question, "cmd.exe", "SYSTEM", [1, 2])).toBe(true);
  expect(asking.holds(question, "cmd.exe", "alice", [1, 3])).toBe(false);
  expect(asking.holds(question, "cmd.exe", "SYSTEM", [1, 2])).toBe(true);
  expect(asking.holds(question, "cmd.com", "SYSTEM", [4, 2])).toBe(false);
  expect(asking.runs[2]).toBe(2);
  expect((asking.runs[0] as number) + (asking.runs[1] as number)).toBeLessThanOrEqual(4);
  // Without tokens nothing passes for anything else.
  expect(asking.holds(question, "cmd.exe", "alice")).toBe(false);
  expect(asking.holds(question, "cmd.exe", "SYSTEM")).toBe(true);
});

test("what decides is asked first, however dear, and makes room when it no longer does", () => {
  const asking = new Asking();
  const cheap = Array.from({ length: 6 }, (_, index) => asking.atom("Image", `never${index}`, 1));
  const dear = asking.atom("User", "system", 10);
  const question = asking.questions.of(or([...cheap, dear]));
  for (let event = 0; event < 2_000; event++) asking.holds(question, "cmd.exe", "SYSTEM");
  const before = [...asking.runs];
  for (let event = 0; event < 100; event++) expect(asking.holds(question, "cmd.exe", "SYSTEM")).toBe(true);
  expect(asking.runs.map((runs, id) => runs - (before[id] as number))).toEqual([0, 0, 0, 0, 0, 0, 100]);
  for (let event = 0; event < 2_000; event++) asking.holds(question, "never3", "alice");
  const later = [...asking.runs];
  for (let event = 0; event < 100; event++) expect(asking.holds(question, "never3", "alice")).toBe(true);
  expect((asking.runs[6] as number) - (later[6] as number)).toBe(0);
});
