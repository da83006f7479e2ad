import { parameterOf } from "../../core/command/groups/chat.ts";
import type { ChannelId } from "../../core/ids.ts";
import type { PersonaBinding } from "../../core/persona-binding.ts";
import { personaCatalogue } from "../../core/persona-catalogue.ts";
import { quoteBlock, quoteText } from "../../core/quote-text.ts";
import type { KnownPersona } from "../known-personas.ts";
import type { CommandContext } from "./command.ts";
import { findPersona } from "./find-persona.ts";
import { createNamePlaces } from "./name-places.ts";
import type { PersonaCommandDeps, PersonaCommands } from "./persona.ts";

const maxBindings = 1_000;
/** The platform is asked about each of them. */
const maxConfigured = 50;

type Use = Pick<PersonaBinding, "persona" | "scope" | "place">;

/** What personas there are, and what one of them tells the model. */
export function createPersonaViewCommands(
  deps: PersonaCommandDeps,
): Pick<PersonaCommands, "persona list" | "persona catalogue" | "persona show"> {
  const { stores, personas, models, settings } = deps;
  const { configured, known } = personas;
  const { words } = deps.ambient;

  return {
    async "persona list"(_given, context) {
      const { place, by, signal } = context;
      const [all, bindings, active] = await Promise.all([
        known.all(place),
        stores.bindings.all(place, undefined, maxBindings),
        settings.personaFor(place, { user: by.name, signal }),
      ]);
      const namePlaces = createNamePlaces(context, { ...deps, words });
      const ofConfigFile = await configuredUses(context, bindings);
      const uses = Map.groupBy([...bindings, ...ofConfigFile], ({ persona }) => persona);
      const lineOf = async ({ persona: { name, title } }: KnownPersona) => {
        const places = await namePlaces(uses.get(name) ?? []);
        const remarks = [
          name === configured.default.name && words.personas.list.isDefault,
          places !== undefined && words.personas.list.usedIn(places),
        ].filter(Boolean);
        return `- \`${name}\`: ${quoteText(title)}${remarks.length > 0 ? `, ${remarks.join(", ")}` : ""}`;
      };
      const linesOf = async (origin: KnownPersona["origin"], onlyUsed = false) => {
        const wanted = all.filter(
          (each) =>
            each.origin === origin &&
            (!onlyUsed || uses.has(each.persona.name) || each.persona.name === configured.default.name),
        );
        return (await Promise.all(wanted.map(lineOf))).join("\n");
      };
      const [own, ofConfig, ofCatalogue] = await Promise.all([
        linesOf("chat"),
        linesOf("config"),
        linesOf("catalogue", true),
      ]);
      const { list } = words.personas;
      const names = Object.keys(personaCatalogue.templates).map((name) => `\`${name}\``);
      const sections = [
        list.here(quoteText(active.title)),
        `**${list.title}**\n${own || list.none}`,
        ofConfig && `**${list.configured}**\n${ofConfig}`,
        [list.catalogue(names.join(", ")), ofCatalogue].filter(Boolean).join("\n"),
      ];
      return { text: sections.filter(Boolean).join("\n\n") };
    },

    async "persona catalogue"() {
      const { families, constraints, use } = words.personas.catalogue;
      const templates = Object.entries(personaCatalogue.templates);
      const sections = Object.entries(families).map(([family, title]) => {
        const lines = templates
          .filter(([, template]) => template.family === family)
          .map(([name, template]) => `- \`${name}\`: ${template.title}. ${template.role}`);
        return `**${title}**\n${lines.join("\n")}`;
      });
      const sets = Object.keys(personaCatalogue.constraintSets).map((name) => `\`${name}\``);
      return { text: [...sections, constraints(sets.join(", ")), use].join("\n\n") };
    },

    async "persona show"({ name }, context) {
      const { place, by, signal } = context;
      const asking = { user: by.name, signal };
      const wanted = name ?? (await settings.personaFor(place, asking)).name;
      const found = await findPersona(place, wanted, known, words);
      return "text" in found ? found : { text: await describe(found, context) };
    },
  };

  /** The channels of this workspace for which the config names a persona, and nothing was chosen in chat. */
  async function configuredUses(
    { place, signal }: CommandContext,
    bindings: readonly PersonaBinding[],
  ): Promise<readonly Use[]> {
    const chosen = new Set(
      bindings.filter(({ scope }) => scope === "channel").map((each) => each.place.channel),
    );
    const named = [...configured.byChannel].filter(([channel]) => !chosen.has(channel as ChannelId));
    const here = named.slice(0, maxConfigured).map(async ([id, { name }]): Promise<readonly Use[]> => {
      const channel = id as ChannelId;
      // The config says of no channel on which platform it is.
      const facts = await deps
        .platformOf(place)
        .channel(place.workspace, channel, signal)
        .catch(() => undefined);
      const { platform, workspace } = place;
      return facts ? [{ persona: name, scope: "channel", place: { platform, workspace, channel } }] : [];
    });
    return (await Promise.all(here)).flat();
  }

  async function describe({ persona, origin }: KnownPersona, context: CommandContext): Promise<string> {
    const { place, by, signal } = context;
    const { name } = persona;
    const { show, origins } = words.personas;
    const [active, [newest]] = await Promise.all([
      settings.personaFor(place, { user: by.name, signal, persona }),
      origin === "chat" ? stores.savedPersonas.versions(place, name, 1) : [],
    ]);
    const examples = active.examples.flatMap(({ question, answer }) => [question, answer]);
    const counts = await Promise.all(
      [active.system, ...examples].map((text) => models.tokens.count(text, active.model)),
    );
    const parameters = Object.entries(parameterOf).flatMap(([parameter, key]) => {
      const value = active.parameters[key];
      return value === undefined ? [] : [`\`${parameter}\` ${quoteText(String(value))}`];
    });
    const lines = [
      show.origin(origins[origin]),
      newest && show.version(newest.version, new Date(newest.change.at).toISOString().slice(0, 10)),
      show.model(quoteText(active.model)),
      show.parameters(parameters.join(", ")),
      active.examples.length > 0 && show.examples(active.examples.length),
      show.tokens(counts.reduce((sum, count) => sum + count, 0)),
    ];
    const list = lines.filter(Boolean).map((line) => `- ${line as string}`);
    return [
      `**${quoteText(persona.title)}** (\`${name}\`)\n${list.join("\n")}`,
      `${show.system}\n${quoteBlock(active.system)}`,
      ...active.examples.map(({ question, answer }) => quoteBlock(`${question}\n\n→ ${answer}`)),
    ].join("\n\n");
  }
}
