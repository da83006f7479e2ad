import { writeFileSync } from "node:fs";

import { settingsJsonSchema } from "./settings.ts";

// `npm run schema`: publishes the schema of parley.yaml for editors.
const target = new URL("../../parley.schema.json", import.meta.url);
writeFileSync(target, `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`);
