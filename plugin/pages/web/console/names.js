// What the identifiers of a report are called.

const TIERS = {
  emergency: 'Emergency',
  urgent: 'Urgent',
  'structural-first': 'Structural causes first',
  soon: 'Soon',
  cleared: 'Red flags cleared',
  'not-assessable': 'Could not be assessed',
  none: 'Nothing to say',
};

export const tierName = (id) => TIERS[id] ?? id;
export const clientName = (name) => name || 'not named';

/** A pathway, or where no pathway heads an answer its tier. */
export const answerName = (told, id) => told.names.pathways[id] ?? tierName(id);

export const findingName = (told, id) => told.names.redFlags[id] ?? id;

/** What a clinician gave as the reason: in the words of the card it was chosen from, else as the EHR sent it. */
export const reasonName = (told, reason) => told.names.reasons[reason] ?? reason;
