//! What CloudWatch counted in the last minutes.

use std::{collections::HashMap, num::NonZeroUsize};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    aws::{Aws, Refusal},
    graph::{Graph, Trigger},
    moment::Moment,
    parallel,
};

/// How far back is looked.
pub(super) const MINUTES: u64 = 15;

/// A call takes 500 (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>),
/// an argument of a program 128 KiB; these have about a quarter of one each.
const QUERIES: usize = 200;

const AT_ONCE: NonZeroUsize = NonZeroUsize::new(4).unwrap();

/// Metrics of functions, by function and metric: the newest minute first.
#[derive(Debug, Default)]
pub(super) struct Metrics(Option<HashMap<(String, &'static str), Vec<f64>>>);

/// A metric with the statistic that it is asked for.
pub(super) const INVOCATIONS: (&str, &str) = ("Invocations", "Sum");
pub(super) const ERRORS: (&str, &str) = ("Errors", "Sum");
pub(super) const THROTTLES: (&str, &str) = ("Throttles", "Sum");
/// In milliseconds: how old the newest record of a batch was that was read.
pub(super) const ITERATOR_AGE: (&str, &str) = ("IteratorAge", "Maximum");

impl Metrics {
    /// Those of every function; none of them if AWS refuses that.
    pub(super) fn read(aws: &Aws, graph: &Graph) -> (Self, Option<Refusal>) {
        let queries: Vec<_> = graph
            .functions
            .iter()
            .flat_map(|function| {
                let age = matches!(function.trigger, Trigger::Mapping(_)).then_some(ITERATOR_AGE);
                let metrics = [INVOCATIONS, ERRORS, THROTTLES].into_iter().chain(age);
                metrics.map(|metric| (function.node.name.clone(), metric))
            })
            .collect();
        let chunks: Vec<_> = queries.chunks(QUERIES).collect();
        let mut values = HashMap::new();
        let answers = parallel::map(&chunks, AT_ONCE, |queries| {
            let metrics = queries.iter().map(|(function, (metric, statistic))| {
                let dimensions = [("FunctionName", function.as_str())];
                stat("AWS/Lambda", metric, &dimensions, statistic)
            });
            data(aws, metrics)
        });
        for (queries, answer) in chunks.iter().zip(answers) {
            match answer {
                Ok(answer) => values.extend(
                    queries
                        .iter()
                        .map(|(function, (metric, _))| (function.clone(), *metric))
                        .zip(answer),
                ),
                Err(refusal) => return (Self(None), Some(refusal)),
            }
        }
        (Self(Some(values)), None)
    }

    /// The sum of the last minutes; none if nothing is known.
    pub(super) fn sum(&self, function: &str, metric: (&'static str, &str)) -> Option<f64> {
        let values = self.0.as_ref()?.get(&(function.to_owned(), metric.0));
        Some(values.map(|values| values.iter().sum()).unwrap_or_default())
    }

    /// The newest value; none if there was none, or nothing is known.
    pub(super) fn newest(&self, function: &str, metric: (&'static str, &str)) -> Option<f64> {
        self.0.as_ref()?.get(&(function.to_owned(), metric.0))?.first().copied()
    }
}

/// A metric, minute by minute.
pub(super) fn stat(
    namespace: &str,
    metric: &str,
    dimensions: &[(&str, &str)],
    statistic: &str,
) -> Value {
    let dimension = |(name, value): &(&str, &str)| json!({ "Name": name, "Value": value });
    let dimensions: Vec<_> = dimensions.iter().map(dimension).collect();
    json!({
        "Metric": { "Namespace": namespace, "MetricName": metric, "Dimensions": dimensions },
        "Period": 60, "Stat": statistic,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    metric_data_results: Vec<Series>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Series {
    id: String,
    values: Vec<f64>,
}

/// The values of metrics in the last minutes, in the order of the metrics; the newest first.
pub(super) fn data(
    aws: &Aws,
    stats: impl Iterator<Item = Value>,
) -> Result<Vec<Vec<f64>>, Refusal> {
    let id = |position: usize| format!("m{position}");
    let queries: Vec<_> = stats
        .enumerate()
        .map(|(position, stat)| json!({ "Id": id(position), "MetricStat": stat }))
        .collect();
    let now = Moment::now();
    let start = now.before(std::time::Duration::from_secs(MINUTES * 60)).to_string();
    let (end, count) = (now.to_string(), queries.len());
    let queries = Value::Array(queries).to_string();
    let arguments = [
        "--metric-data-queries",
        &queries,
        "--start-time",
        &start,
        "--end-time",
        &end,
        "--scan-by",
        "TimestampDescending",
    ];
    let answer: Answer = aws.read("cloudwatch", "get-metric-data", &arguments)?;
    let mut by_id: HashMap<String, Vec<f64>> = HashMap::new();
    for Series { id, values } in answer.metric_data_results {
        // One series may come in several parts.
        by_id.entry(id).or_default().extend(values);
    }
    Ok((0..count).map(|position| by_id.remove(&id(position)).unwrap_or_default()).collect())
}
