//! Task settings: how a replication works.
//!
//! <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.html>

use esteira_manifest::Json;

use super::{object, text};

/// What is logged (<https://docs.aws.amazon.com/securityhub/latest/userguide/dms-controls.html>).
const LOGGED: [&str; 4] = ["SOURCE_CAPTURE", "SOURCE_UNLOAD", "TARGET_APPLY", "TARGET_LOAD"];

/// What stops the task. By default each leaves a change, or a whole table, out of the stream with
/// a line in the log.
const STOPS: [&str; 9] = [
    "ApplyErrorDeletePolicy",
    "ApplyErrorEscalationPolicy",
    "ApplyErrorInsertPolicy",
    "ApplyErrorUpdatePolicy",
    "DataErrorEscalationPolicy",
    "DataErrorPolicy",
    "DataTruncationErrorPolicy",
    "TableErrorEscalationPolicy",
    "TableErrorPolicy",
];

/// The settings; large objects are cut at `lob_kib` KiB.
///
/// Keys that DMS fills in itself, such as the log's name, are left out: it would answer with
/// others than were sent.
pub(super) fn settings(lob_kib: u32) -> Json {
    let errors = STOPS.map(|policy| (policy, text("STOP_TASK"))).into_iter().chain([
        // The tables are not there, or their names are not these.
        ("FailOnNoTablesCaptured", Json::Bool(true)),
        // The network or the database was away: it is tried again for ever.
        ("RecoverableErrorCount", Json::Integer(-1)),
        ("RecoverableErrorStopRetryAfterThrottlingMax", Json::Bool(false)),
    ]);
    let logged =
        LOGGED.map(|id| object([("Id", text(id)), ("Severity", text("LOGGER_SEVERITY_DEFAULT"))]));
    object([
        (
            "TargetMetadata",
            object([
                ("SupportLobs", Json::Bool(true)),
                // The other way to have large objects is not offered for streams.
                ("FullLobMode", Json::Bool(false)),
                ("LimitedSizeLobMode", Json::Bool(true)),
                ("LobMaxSize", Json::Integer(lob_kib.into())),
                // It may lose changes on their way to a stream.
                ("BatchApplyEnabled", Json::Bool(false)),
            ]),
        ),
        (
            "BeforeImageSettings",
            object([
                ("EnableBeforeImage", Json::Bool(true)),
                // Where the runtime looks for the row as it was.
                ("FieldName", text("before-image")),
                ("ColumnFilter", text("all")),
            ]),
        ),
        ("ErrorBehavior", object(errors)),
        (
            "Logging",
            object([
                ("EnableLogging", Json::Bool(true)),
                ("LogComponents", Json::Array(logged.to_vec().into())),
            ]),
        ),
    ])
}
