-- Each filter of the audit trail is a range of one index, whatever the length of the chain; who and what together are one too.
CREATE INDEX audit_events_by_actor ON audit_events (org_id, actor_id, seq);
CREATE INDEX audit_events_by_impersonated ON audit_events (org_id, as_id, seq) WHERE as_id IS NOT NULL;
CREATE INDEX audit_events_by_actor_and_action ON audit_events (org_id, actor_id, action, seq);
CREATE INDEX audit_events_by_impersonated_and_action ON audit_events (org_id, as_id, action, seq) WHERE as_id IS NOT NULL;
CREATE INDEX audit_events_by_action ON audit_events (org_id, action, seq);
CREATE INDEX audit_events_by_target ON audit_events (org_id, target_id, seq);

-- Refused attempts, counted by hour; org 0 is the installation; subject 0 stands for none or several. Bounded in the program.
CREATE TABLE refusals (
    id BIGINT PRIMARY KEY,
    org_id BIGINT NOT NULL,
    hour BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject_kind TEXT COLLATE "C" NOT NULL,
    subject_id BIGINT NOT NULL,
    network TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL
);
CREATE UNIQUE INDEX refusals_once ON refusals (hour, org_id, kind, subject_kind, subject_id, network);
CREATE INDEX refusals_of_org ON refusals (org_id, id);
