import type { DomainWords } from '../shared/domain.js';
import { devicesAlertTexts } from './alert-text.rules.js';
import { code } from '../shared/error-kinds.js';
import { deviceWorkflowType, startOfDevice } from './device.contract.js';

export const devicesWords = {
  errorCodes: {
    DEVICE_ALREADY_PAIRED: code('conflict', 'The device is attached to a reservoir already.'),
    DEVICE_NOT_PAIRED: code('conflict', 'The device is not attached.'),
    DEVICE_NOT_PROVISIONED: code('conflict', 'The device is not provisioned.'),
    DEVICE_ALREADY_EXISTS: code('conflict', 'Another unit has this serial number.'),
  },
  limitedResources: ['devices'],
  starts: { [deviceWorkflowType]: startOfDevice },
  alertTexts: devicesAlertTexts,
  alertContexts: ['DEVICE'],
  tags: {
    Devices: 'Sensors of an account, and which reservoir each measures.',
    Inventory: 'Hardware of the platform before anybody attaches it.',
    Telemetry: 'What devices have sent, as they sent it.',
  },
  actingWorkflows: [],
} as const satisfies DomainWords;
