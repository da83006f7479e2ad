import type { CommandGiven } from "../event.ts";
import type { Form, FormValues } from "../form.ts";

/** Which forms there are, and what may stand in them. */
export interface Forms {
  /**
   * The form that a command opens for whoever gave it. Quick, changes nothing and never rejects: without a form the command
   * is to be handed in, and its answer says why.
   */
  formFor(command: CommandGiven): Promise<Form | undefined>;
  /** What of a filled-in form is wrong by itself: field → a sentence. */
  problemsIn(command: CommandGiven): FormValues;
}
