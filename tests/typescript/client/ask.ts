// All that a front-end needs beside the generated client: how it sends an operation.
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";

export declare function ask<Data, Variables>(
  operation: TypedDocumentNode<Data, Variables>,
  variables: NoInfer<Variables>,
): Promise<Data>;
