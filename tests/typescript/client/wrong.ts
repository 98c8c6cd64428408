// Uses of the client that must not compile. Each wrong line names the complaint that it must draw from the compiler.
import { ask } from "./ask";
import { ProjectPageDocument, PublishNeedDocument, RegisterDocument } from "./generated";
import type { ProjectPageQuery, PublishNeedMutation } from "./generated";

export async function wrong(page: ProjectPageQuery, published: PublishNeedMutation): Promise<void> {
  page.project?.nmae; // TS2339: a field that there is not
  page.project?.website; // TS2339: a field that was not asked for
  page.project.name; // TS18047: a project that may be null
  published.publishNeed.need.title; // TS18047: a refused command has no need
  page.project?.pitch.length; // TS18047: a project may have no pitch
  page.project?.history.map((stay) => stay.leftOn.length); // TS18047: a stay may last

  await ask(ProjectPageDocument, {}); // TS2741: an argument is missing
  await ask(ProjectPageDocument, { slug: 7 }); // TS2322: a number for a text
  await ask(ProjectPageDocument, { slug: "colette", first: 5 }); // TS2353: a variable that there is not
  await ask(RegisterDocument, { input: {} }); // TS2741: an input without what it must have
  await ask(PublishNeedDocument, { input: { project: "p", title: "t", kind: "MONEY" } }); // TS2322: no value of the enum
  if (published.publishNeed.problems[0]?.code === "NO_SUCH_CODE") return; // TS2367: no code of a problem
}
