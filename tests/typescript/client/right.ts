// Uses of the client that must compile.
import { ask } from "./ask";
import { ProjectPageDocument, ProjectsDocument, PublishNeedDocument, RegisterDocument, SeatsDocument } from "./generated";
import type { PublishNeedInput, SeatsSubscription } from "./generated";

export async function title(slug: string): Promise<string> {
  const { project } = await ask(ProjectPageDocument, { slug });
  if (!project) return "There is no such project.";
  const since = project.history.map((stay) => `${stay.stage} ${stay.enteredOn}${stay.leftOn ? ` to ${stay.leftOn}` : ""}`);
  const missing = project.gate?.criteria.filter((criterion) => !criterion.met).map((criterion) => criterion.code) ?? [];
  return [project.name, project.pitch ?? "", ...since, ...missing].join("\n");
}

export async function everyActive(): Promise<string[]> {
  const names: string[] = [];
  let after: string | null | undefined = null;
  do {
    const page: { nodes: { name: string }[]; pageInfo: { hasNextPage: boolean; endCursor?: string | null } } = (
      await ask(ProjectsDocument, { filter: { lifecycle: ["ACTIVE"] }, after })
    ).projects;
    names.push(...page.nodes.map((node) => node.name));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after);
  return names;
}

export async function publish(project: string, title: string): Promise<string> {
  const input: PublishNeedInput = { project, kind: "CHALLENGE", title, idempotencyKey: "key" };
  const { publishNeed } = await ask(PublishNeedDocument, { input });
  const [problem] = publishNeed.problems;
  if (problem) {
    switch (problem.code) {
      case "GATE_NOT_MET":
        return problem.blockedBy.map((blocker) => blocker.fix ?? blocker.message).join(", ");
      case "FORBIDDEN":
      case "UNAUTHENTICATED":
        return "Sign in as a founder.";
      default:
        return problem.message;
    }
  }
  return publishNeed.need?.expiresOn ?? "";
}

export const register = (event: string) => ask(RegisterDocument, { input: { event } });

export const seats = (told: SeatsSubscription): string => `${told.seatsChanged.seatsLeft ?? "any number of"} seats left`;

void SeatsDocument;
