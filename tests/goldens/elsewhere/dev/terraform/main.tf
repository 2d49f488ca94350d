# Application elsewhere, stage dev.
# Written by `cargo xtask synth` from the application's code: edit the code.
terraform {
  required_version = ">= 1.3.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region              = "sa-east-1"
  allowed_account_ids = ["123456789012"]

  default_tags {
    tags = {
      app          = "elsewhere"
      stage        = "dev"
      "managed-by" = "esteira"
    }
  }
}

variable "architecture" {
  description = "The processor that the zips were built for."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "The architecture is arm64 or x86_64."
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}
