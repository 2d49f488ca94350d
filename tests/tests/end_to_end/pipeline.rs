//! The order pipeline on AWS's emulator.

use anyhow::{Context, ensure};
use esteira_tests::aws::Aws;
use esteira_tests::emulator::Emulator;
use esteira_tests::wait;

use crate::shop::{self, ONE_ORDER, PEDIDOS, PRODUCT, Shop, Stage, order};

pub(crate) fn scenario(emulator: &Emulator) -> anyhow::Result<()> {
    let aws = emulator.aws();
    let queue = aws.listen("dev-ClienteNotificacao", "notifications")?;
    let stage = Deployed { aws, queue };
    let shop = shop::scenario(&stage)?;
    stage.a_call_that_is_not_granted_is_refused(&shop).context("a grant taken away")
}

/// The deployed pipeline, with a queue on its topic.
struct Deployed {
    aws: Aws,
    queue: String,
}

impl Stage for Deployed {
    fn aws(&self) -> &Aws {
        &self.aws
    }

    fn name(&self, declared: &str) -> String {
        format!("dev-{declared}")
    }

    fn settle(
        &self,
        runs: &[(&str, usize)],
        act: &dyn Fn() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let named: Vec<(String, usize)> =
            runs.iter().map(|(function, runs)| (self.name(function), *runs)).collect();
        let runs: Vec<(&str, usize)> =
            named.iter().map(|(function, runs)| (function.as_str(), *runs)).collect();
        wait::until_quiet(&self.aws, &runs, act)
    }

    fn notifications(&self) -> anyhow::Result<Vec<(String, String)>> {
        let notifications = self.aws.notifications(&self.queue)?;
        let text = |it: &serde_json::Value| it.as_str().unwrap_or_default().to_owned();
        Ok(notifications.iter().map(|it| (text(&it["Subject"]), text(&it["Message"]))).collect())
    }
}

impl Deployed {
    fn a_call_that_is_not_granted_is_refused(&self, shop: &Shop<'_, Self>) -> anyhow::Result<()> {
        let before = shop.items(PRODUCT)?;
        let updating = self.name("AtualizarEstoque");
        let configuration = self.aws.function(&updating)?;
        let role = configuration["Role"]
            .as_str()
            .and_then(|arn| arn.rsplit('/').next())
            .context("no role")?;
        let revoked = self.aws.revoke(role, "dynamodb:UpdateItem")?;
        ensure!(revoked == 1, "{revoked} statements of {role} allow dynamodb:UpdateItem");
        let invocations = self.aws.invocations(&updating)?.len();
        shop.deliver(&[PEDIDOS.insert(&order(70, PRODUCT, 1, "CRIADO"))], ONE_ORDER)?;
        let refused = wait::until("a refused call", || {
            let new = self.aws.invocations(&updating)?.split_off(invocations);
            let lines: Vec<String> = new.into_iter().flat_map(|it| it.lines).collect();
            let refusal =
                |line: &String| line.contains("not authorized") || line.contains("AccessDenied");
            Ok(lines.iter().any(refusal).then_some(lines))
        })?;
        let after = shop.items(PRODUCT)?;
        ensure!(before == after, "refused: {refused:?}\nbefore {before:?}\nafter {after:?}");
        Ok(())
    }
}
