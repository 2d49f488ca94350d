#[derive(Vpc)]
pub struct Network;

#[derive(Vpc)]
#[vpc(existing, egress = nat)]
pub struct Company;
