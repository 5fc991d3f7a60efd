import {
  ActivityFailure,
  ApplicationFailure,
  continueAsNew,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';

export interface StrangerCall {
  activity: string;
  args: unknown[];
  taskQueue: string;
}
export interface Told {
  type: string;
  message: string;
}

/** The reach of a stranger's worker under the names of our workflows: any activity on any queue. */
async function callActivities(input: unknown, calls: StrangerCall[], runs = 1): Promise<Told[]> {
  if (runs > 1) return continueAsNew<typeof callActivities>(input, calls, runs - 1);
  if (calls.length === 0) throw new Error(workflowInfo().workflowType);
  return Promise.all(
    calls.map(async ({ activity, args, taskQueue }): Promise<Told> => {
      const activities = proxyActivities<Record<string, (...args: unknown[]) => Promise<unknown>>>({
        taskQueue,
        startToCloseTimeout: '10s',
        retry: { maximumAttempts: 2, initialInterval: '50ms' },
      });
      try {
        await activities[activity]?.(...args);
        return { type: 'DONE', message: '' };
      } catch (error) {
        const cause = error instanceof ActivityFailure ? error.cause : error;
        if (!(cause instanceof ApplicationFailure)) throw error;
        return { type: cause.type ?? '', message: cause.message };
      }
    }),
  );
}

export {
  callActivities as auditExportWorkflow,
  callActivities as deadLetterDecisionWorkflow,
  callActivities as deviceWorkflow,
  callActivities as inviteWorkflow,
  callActivities as maintenanceWorkflow,
  callActivities as noticeWorkflow,
  callActivities as orderWorkflow,
  callActivities as otpWorkflow,
};
