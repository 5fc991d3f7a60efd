import { eventsOf, type DatabaseDomain } from '../shared/domain.js';
import { measuredReservoirWords } from '../../workflows/water/measured-reservoir.contract.js';
import * as order from './order.events.js';
import * as reservoir from './reservoir.events.js';
import * as review from './review.events.js';
import * as seller from './seller.events.js';
import * as site from './site.events.js';
import { measuredReservoirStore } from './measured-reservoir.store.js';
import { measuredReservoirViews } from './measured-reservoir.views.js';
import { waterInvariants } from './invariant.views.js';

export const waterDatabase: DatabaseDomain = {
  name: 'water',
  events: eventsOf(order, reservoir, review, seller, site),
  invariants: waterInvariants,
  figures: [
    { name: 'reservoirs', table: 'water.reservoirs' },
    { name: 'readings', table: 'water.reservoir_readings' },
    { name: 'orders', table: 'water.orders' },
  ],
  personalData: [],
  measuredKinds: [
    {
      ...measuredReservoirWords,
      store: measuredReservoirStore,
      views: measuredReservoirViews,
    },
  ],
};
