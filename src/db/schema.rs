//! The tables, in types that both databases have. Times are microseconds, booleans booleans, JSON text.
#![allow(missing_docs)]

diesel::table! { ids (one) { one -> BigInt, last -> BigInt, } }

diesel::table! { installation (one) { one -> BigInt, demo -> Bool, secret_line -> Nullable<Text>, } }

diesel::table! {
    users (id) {
        id -> BigInt,
        first_name -> Text,
        last_name -> Text,
        email -> Text,
        password_hash -> Nullable<Text>,
        enabled -> Bool,
        super_admin -> Bool,
        session_epoch -> BigInt,
        version -> BigInt,
        created_at -> BigInt,
        email_confirmed_at -> Nullable<BigInt>,
        email_confirmed_by -> Nullable<BigInt>,
        email_confirmed_in -> Nullable<BigInt>,
    }
}

diesel::table! {
    orgs (id) {
        id -> BigInt,
        name -> Text,
        slug -> Text,
        enabled -> Bool,
        version -> BigInt,
        created_at -> BigInt,
        requires_two_factor -> Bool,
    }
}

diesel::table! {
    memberships (id) {
        id -> BigInt,
        org_id -> BigInt,
        user_id -> BigInt,
        first_name -> Text,
        last_name -> Text,
        email -> Text,
        sort_name -> Text,
        enabled -> Bool,
        admin -> Bool,
        accepted_at -> Nullable<BigInt>,
        last_seen_at -> Nullable<BigInt>,
        removed_at -> Nullable<BigInt>,
        keys_count -> BigInt,
        version -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    keys (id) {
        id -> BigInt,
        org_id -> BigInt,
        membership_id -> BigInt,
        name -> Text,
        access_key -> Text,
        hash -> Binary,
        can_impersonate -> Bool,
        admin_when_made -> Bool,
        made_by -> Nullable<BigInt>,
        parent_id -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
        disabled_at -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
        deleted_by -> Nullable<BigInt>,
        shown_to -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    removals (membership_id) {
        membership_id -> BigInt,
        org_id -> BigInt,
        deleted_by -> Nullable<BigInt>,
        after_key -> BigInt,
    }
}

diesel::table! { key_usage (key_id) { key_id -> BigInt, org_id -> BigInt, last_used -> Nullable<BigInt>, } }

diesel::table! {
    search_terms (org_id, kind, term, id) { org_id -> BigInt, kind -> BigInt, term -> Text, id -> BigInt, }
}

diesel::table! {
    sessions (hash) {
        hash -> Binary,
        id -> BigInt,
        user_id -> BigInt,
        epoch -> BigInt,
        seen_at -> BigInt,
        confirmed_at -> BigInt,
        second_factor -> Bool,
        address -> Text,
        agent -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    two_factors (user_id) { user_id -> BigInt, secret -> Binary, last_step -> BigInt, enabled_at -> BigInt, }
}

diesel::table! { recovery_codes (user_id, hash) { user_id -> BigInt, hash -> Binary, } }

diesel::table! {
    visits (session_hash, org_id) { session_hash -> Binary, org_id -> BigInt, started_at -> BigInt, }
}

diesel::table! {
    impersonations (session_hash) { session_hash -> Binary, membership_id -> BigInt, started_at -> BigInt, }
}

diesel::table! {
    links (hash) {
        hash -> Binary,
        kind -> Text,
        user_id -> Nullable<BigInt>,
        membership_id -> Nullable<BigInt>,
        issuer_id -> Nullable<BigInt>,
        issuer_org_id -> Nullable<BigInt>,
        user_epoch -> BigInt,
        membership_version -> BigInt,
        expires_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    sign_in_failures (subject) { subject -> Text, failures -> BigInt, last_at -> BigInt, }
}

diesel::table! {
    sign_in_guesses (account, at) { account -> Text, at -> BigInt, lane -> BigInt, }
}

diesel::table! {
    operations (actor_id, operation_id) {
        actor_id -> BigInt,
        operation_id -> Text,
        outcome -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    audit_events (id) {
        id -> BigInt,
        org_id -> BigInt,
        seq -> BigInt,
        at -> BigInt,
        actor_kind -> Text,
        actor_id -> Nullable<BigInt>,
        actor_name -> Text,
        as_id -> Nullable<BigInt>,
        as_name -> Nullable<Text>,
        action -> Text,
        target_kind -> Text,
        target_id -> Nullable<BigInt>,
        target_name -> Text,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
        address -> Text,
        request_id -> Text,
        via -> Text,
        operation_id -> Nullable<Text>,
        format -> BigInt,
        hash -> Binary,
    }
}

diesel::table! {
    refusals (id) {
        id -> BigInt,
        org_id -> BigInt,
        hour -> BigInt,
        kind -> Text,
        subject_kind -> Text,
        subject_id -> BigInt,
        network -> Text,
        attempts -> BigInt,
    }
}

diesel::table! {
    audit_heads (org_id) { org_id -> BigInt, seq -> BigInt, hash -> Binary, seal -> Nullable<Binary>, }
}

diesel::table! {
    org_counts (org_id) {
        org_id -> BigInt,
        users -> BigInt,
        disabled_users -> BigInt,
        keyless_users -> BigInt,
        admins -> BigInt,
        keys -> BigInt,
    }
}

diesel::table! {
    email_changes (user_id) {
        user_id -> BigInt,
        email -> Text,
        user_epoch -> BigInt,
        expires_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! { email_reports (membership_id) { membership_id -> BigInt, user_id -> BigInt, reported_at -> BigInt, } }

diesel::table! {
    account_news (user_id, at, kind) {
        user_id -> BigInt,
        kind -> Text,
        at -> BigInt,
        by_name -> Text,
        address -> Text,
        detail -> Text,
    }
}

diesel::table! {
    sign_ins (user_id) {
        user_id -> BigInt,
        at -> BigInt,
        address -> Text,
        earlier_at -> Nullable<BigInt>,
        earlier_address -> Nullable<Text>,
    }
}

diesel::joinable!(memberships -> orgs (org_id));
diesel::joinable!(memberships -> users (user_id));
diesel::joinable!(keys -> memberships (membership_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(email_changes -> users (user_id));
diesel::joinable!(email_reports -> memberships (membership_id));
diesel::joinable!(email_reports -> users (user_id));
diesel::joinable!(org_counts -> orgs (org_id));
diesel::joinable!(visits -> orgs (org_id));
diesel::joinable!(impersonations -> memberships (membership_id));
diesel::joinable!(key_usage -> keys (key_id));
diesel::joinable!(removals -> memberships (membership_id));

diesel::allow_tables_to_appear_in_same_query!(
    users,
    orgs,
    memberships,
    keys,
    key_usage,
    removals,
    search_terms,
    sessions,
    visits,
    impersonations,
    links,
    org_counts,
    email_changes,
    email_reports,
    two_factors
);
diesel::allow_tables_to_appear_in_same_query!(audit_events, audit_heads, orgs);
