//! What IAM says when it refuses.

/// One permission that is missing, as the message of AWS names it.
///
/// The wording is the same in every service that says more than "Access Denied", and through every
/// tool that passes it on, Terraform too.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denial {
    /// The ARN of who called.
    pub(crate) who: Option<String>,
    /// The action, as `iam:GetRole`.
    pub(crate) action: String,
    /// The ARN or the name of what it was to be done to; EC2 does not say it.
    pub(crate) resource: Option<String>,
    /// Why, as `no identity-based policy allows the iam:GetRole action`.
    pub(crate) why: Option<String>,
}

impl Denial {
    /// The denial in a text, if there is one.
    pub(crate) fn find(text: &str) -> Option<Self> {
        // Terraform breaks lines where it pleases.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (before, after) = text.split_once("not authorized to perform: ")?;
        let (action, rest) = word(after);
        let who = before.rsplit_once("User: ").map(|(_, who)| word(who).0.to_owned());
        let resource = rest.strip_prefix("on resource: ");
        // The resource of IAM's own messages has a space: `role dms-vpc-role`.
        let ends = [" because ", " with an explicit deny", ", ", ". ", " (", "\n"];
        let resource = resource.map(|resource| {
            let end = ends.iter().filter_map(|end| resource.find(end)).min();
            resource[..end.unwrap_or(resource.len())].trim_matches(['"', '.', ' ']).to_owned()
        });
        let why = text
            .split_once("because ")
            .map(|(_, why)| why.to_owned())
            .or_else(|| text.find("with an explicit deny").map(|start| text[start..].to_owned()));
        let why = why.map(|why| sentence(&why).to_owned());
        let action = action.trim_end_matches(['.', ',']).to_owned();
        action.contains(':').then_some(Self { who, action, resource, why })
    }

    /// What to do about it.
    pub(crate) fn help(&self) -> String {
        let who = self.who.as_deref().unwrap_or("the calling identity");
        let on = self.resource.as_deref().map(|on| format!(" on `{on}`")).unwrap_or_default();
        match &self.why {
            // Another policy above the identity's own, which it cannot answer with one of its own.
            Some(why) if !why.contains("no identity-based policy") => {
                format!("{why}; have who wrote that policy allow `{}`{on} to {who}", self.action)
            }
            _ => format!("allow `{}`{on} to {who}", self.action),
        }
    }
}

fn word(text: &str) -> (&str, &str) {
    text.split_once(' ').unwrap_or((text, ""))
}

/// Up to the end of the sentence: what follows is an encoded message or a request's id.
fn sentence(text: &str) -> &str {
    let end = [". ", " Encoded", " (Service"].iter().filter_map(|end| text.find(end)).min();
    text[..end.unwrap_or(text.len())].trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_action_and_the_resource_are_read_off_the_message() {
        let denial = Denial::find(
            "An error occurred (AccessDenied) when calling the GetRole operation: User: \
             arn:aws:iam::123456789012:user/ana is not authorized to perform: iam:GetRole on \
             resource: role dms-vpc-role because no identity-based policy allows the iam:GetRole \
             action",
        )
        .unwrap();
        assert_eq!(denial.action, "iam:GetRole");
        assert_eq!(denial.resource.as_deref(), Some("role dms-vpc-role"));
        assert_eq!(denial.who.as_deref(), Some("arn:aws:iam::123456789012:user/ana"));
        let allow = "allow `iam:GetRole` on `role dms-vpc-role` to \
                     arn:aws:iam::123456789012:user/ana";
        assert_eq!(denial.help(), allow);
    }

    #[test]
    fn a_quoted_resource_and_an_explicit_deny_are_understood() {
        let denial = Denial::find(
            "User: arn:aws:sts::123456789012:assumed-role/ci/x is not authorized to perform: \
             s3:PutObject on resource: \"arn:aws:s3:::b/k.zip\" with an explicit deny in a \
             service control policy",
        )
        .unwrap();
        assert_eq!(denial.resource.as_deref(), Some("arn:aws:s3:::b/k.zip"));
        let why = "with an explicit deny in a service control policy";
        assert_eq!(denial.why.as_deref(), Some(why));
        assert!(denial.help().starts_with(why), "{}", denial.help());
    }

    #[test]
    fn ec2_names_no_resource_and_adds_an_encoded_message() {
        let denial = Denial::find(
            "An error occurred (UnauthorizedOperation) when calling the DescribeVpcs operation: \
             You are not authorized to perform this operation. User: \
             arn:aws:iam::123456789012:user/ana is not authorized to perform: ec2:DescribeVpcs \
             because no identity-based policy allows the ec2:DescribeVpcs action. Encoded \
             authorization failure message: 4GIOHlTkIaWHQD0Q0m6X",
        )
        .unwrap();
        assert_eq!(denial.action, "ec2:DescribeVpcs");
        assert_eq!(denial.resource, None);
        let why = "no identity-based policy allows the ec2:DescribeVpcs action";
        assert_eq!(denial.why.as_deref(), Some(why));
    }

    #[test]
    fn terraform_breaks_the_lines_of_the_same_message() {
        let denial = Denial::find(
            "creating Kinesis Stream (dev-X): operation error Kinesis: CreateStream, https \
             response error StatusCode: 400, RequestID: 8e0, api error AccessDeniedException: \
             User: arn:aws:iam::123456789012:user/ana is not authorized to\nperform: \
             kinesis:CreateStream on resource:\n\
             arn:aws:kinesis:sa-east-1:123456789012:stream/dev-X because no identity-based policy\n\
             allows the kinesis:CreateStream action",
        )
        .unwrap();
        assert_eq!(denial.action, "kinesis:CreateStream");
        let stream = "arn:aws:kinesis:sa-east-1:123456789012:stream/dev-X";
        assert_eq!(denial.resource.as_deref(), Some(stream));
    }

    #[test]
    fn a_text_without_an_action_is_no_denial() {
        for text in
            ["", "Access Denied", "not authorized to perform: ", "not authorized to perform"]
        {
            assert_eq!(Denial::find(text), None, "{text}");
        }
    }
}
