//! SNS topics and their subscriptions.

use super::{Entry, scope::everywhere};

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        &[
            "aws_sns_topic",
            "aws_sns_topic_subscription",
            "AWS::SNS::Topic",
            "AWS::SNS::Subscription",
        ],
        &[
            "sns:CreateTopic",
            "sns:DeleteTopic",
            "sns:GetDataProtectionPolicy",
            "sns:GetTopicAttributes",
            "sns:ListSubscriptionsByTopic",
            "sns:ListTagsForResource",
            "sns:SetTopicAttributes",
            "sns:Subscribe",
            "sns:TagResource",
            "sns:UntagResource",
        ],
        |scope| {
            let topics = scope.graph.topics.created().map(|topic| topic.node.name.as_str());
            scope.arns("sns", "", topics, "")
        },
    ),
    Entry::new(
        &["aws_sns_topic_subscription", "AWS::SNS::Subscription"],
        &["sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Unsubscribe"],
        |scope| everywhere(scope.graph.topics.created().any(|topic| !topic.emails.is_empty())),
    ),
];
