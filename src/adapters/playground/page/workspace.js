/** What the server says about the workspace, with its people looked up by id. */
export function describe(facts) {
  const members = facts.members.map((member, index) => ({ ...member, tint: index % 6 }));
  const memberOf = (id) =>
    members.find((member) => member.id === id) ?? {
      id,
      name: "Somebody",
      role: "member",
      title: "",
      tint: 5,
    };
  const parley = memberOf(facts.parley);
  const people = facts.people.map(memberOf);
  return {
    ...facts,
    me: memberOf(facts.me),
    people,
    memberOf,
    mentionable: [parley, ...people.filter((person) => person.id !== facts.me)],
    channelOf: (id) => facts.channels.find((channel) => channel.id === id),
  };
}
