import type { Firestore } from 'firebase-admin/firestore';

interface FirestoreProject {
  projectId: string;
  /** JSON of a service account; by default the credentials of the environment. */
  serviceAccount?: string | undefined;
}

/**
 * Google's own SDK, over HTTP. Loaded only here, since loading takes a third of a second and 60
 * MiB.
 */
export async function openFirestore({
  projectId,
  serviceAccount,
}: FirestoreProject): Promise<{ firestore: Firestore; close(): Promise<void> }> {
  const { applicationDefault, cert, deleteApp, initializeApp } = await import('firebase-admin/app');
  const { initializeFirestore } = await import('firebase-admin/firestore');
  const credential =
    serviceAccount === undefined
      ? applicationDefault()
      : cert(JSON.parse(serviceAccount) as object);
  const app = initializeApp({ projectId, credential }, `millrace-${projectId}`);
  const firestore = initializeFirestore(app, { preferRest: true });
  return {
    firestore,
    close: async () => {
      await firestore.terminate();
      await deleteApp(app);
    },
  };
}

/** Status codes of gRPC: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE. */
const awayCodes = [4, 8, 10, 13, 14];

/** True if Firestore is away or overloaded; false if Firestore refuses the request. */
export function isFirestoreAway(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return (
    (typeof code === 'string' && /^E[A-Z]+$/.test(code)) ||
    (typeof code === 'number' && awayCodes.includes(code))
  );
}
