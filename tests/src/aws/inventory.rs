//! What there is of services that the tests only deploy.

use serde_json::json;

use super::{Aws, answer, authorization, elements};

impl Aws {
    /// The names of all buckets.
    ///
    /// # Errors
    ///
    /// The answer cannot be understood.
    pub fn buckets(&self) -> anyhow::Result<Vec<String>> {
        let request = self.agent.get(format!("{}/", self.endpoint));
        let text =
            answer("ListBuckets", request.header("Authorization", authorization("s3")).call())?;
        Ok(owned(elements(&text, "Name")))
    }

    /// Makes a bucket.
    ///
    /// # Errors
    ///
    /// The emulator refuses it.
    pub fn create_bucket(&self, name: &str) -> anyhow::Result<()> {
        let request = self.agent.put(format!("{}/{name}", self.endpoint));
        let request = request.header("Authorization", authorization("s3"));
        answer("CreateBucket", request.send_empty()).map(drop)
    }

    /// The text of an object.
    ///
    /// # Errors
    ///
    /// There is no such object.
    pub fn object(&self, bucket: &str, key: &str) -> anyhow::Result<String> {
        let request = self.agent.get(format!("{}/{bucket}/{key}", self.endpoint));
        answer(key, request.header("Authorization", authorization("s3")).call())
    }

    /// The names of all secrets.
    ///
    /// # Errors
    ///
    /// The answer cannot be understood.
    pub fn secrets(&self) -> anyhow::Result<Vec<String>> {
        let answer = self.json("secretsmanager", "secretsmanager.ListSecrets", &json!({}))?;
        let all = answer["SecretList"].as_array().into_iter().flatten();
        Ok(all.filter_map(|it| it["Name"].as_str()).map(str::to_owned).collect())
    }

    /// The identifiers of all clusters of databases.
    ///
    /// # Errors
    ///
    /// The answer cannot be understood.
    pub fn clusters(&self) -> anyhow::Result<Vec<String>> {
        let answer = self.query("rds", "DescribeDBClusters", &[("Version", "2014-10-31")])?;
        Ok(owned(elements(&answer, "DBClusterIdentifier")))
    }

    /// The ids of all VPCs but the one that every account has.
    ///
    /// # Errors
    ///
    /// The answer cannot be understood.
    pub fn vpcs(&self) -> anyhow::Result<Vec<String>> {
        let made = [
            ("Version", "2016-11-15"),
            ("Filter.1.Name", "is-default"),
            ("Filter.1.Value.1", "false"),
        ];
        Ok(owned(elements(&self.query("ec2", "DescribeVpcs", &made)?, "vpcId")))
    }
}

fn owned(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}
