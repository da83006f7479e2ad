import type { EventIgnored, MessageCreated, PlatformEvent } from "../../../src/core/event.ts";
import type { MessageId } from "../../../src/core/ids.ts";
import type { Intake } from "../../../src/core/platform.ts";
import { until } from "./harness.ts";

export type HeardEvent = Exclude<PlatformEvent, EventIgnored>;

/** An intake that keeps what it is given, and fails or waits when it is told to. */
export interface RecordedIntake {
  readonly take: Intake;
  /** What was taken, in order; what an adapter calls ignored is not. */
  readonly events: readonly HeardEvent[];
  /** How often something was handed in, refused or not. */
  readonly asked: number;
  /** The next so many are refused. */
  fail(times: number): void;
  /** From now on everything waits for `release`. */
  hold(): { release(): void };
  /** The event of this message, once it came. */
  message(id: MessageId): Promise<MessageCreated>;
  /** The first event of this kind, once it came. */
  event<Kind extends HeardEvent["kind"]>(kind: Kind): Promise<Extract<HeardEvent, { kind: Kind }>>;
  /** Takes a message out of the record. */
  forget(id: MessageId): void;
}

export function createRecordedIntake(): RecordedIntake {
  const events: HeardEvent[] = [];
  let asked = 0;
  let failures = 0;
  let gate = Promise.resolve();
  return {
    events,
    get asked() {
      return asked;
    },
    async take(event) {
      if (event.kind === "ignored") return;
      asked++;
      await gate;
      if (failures > 0) {
        failures--;
        throw new Error("the intake was told to fail");
      }
      events.push(event);
    },
    fail(times) {
      failures = times;
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return { release: resolve };
    },
    message: (id) =>
      until(
        () =>
          events.find((event): event is MessageCreated => event.kind === "message" && event.message === id),
        `the message ${id}`,
      ),
    event: <Kind extends HeardEvent["kind"]>(kind: Kind) =>
      until(
        () => events.find((event): event is Extract<HeardEvent, { kind: Kind }> => event.kind === kind),
        `an event of the kind ${kind}`,
      ),
    forget(id) {
      for (let index = events.length - 1; index >= 0; index--) {
        if (events[index]?.message === id) events.splice(index, 1);
      }
    },
  };
}
