DROP TABLE refusals;
DROP INDEX audit_events_by_target;
DROP INDEX audit_events_by_action;
DROP INDEX audit_events_by_impersonated_and_action;
DROP INDEX audit_events_by_actor_and_action;
DROP INDEX audit_events_by_impersonated;
DROP INDEX audit_events_by_actor;
