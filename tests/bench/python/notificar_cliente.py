"""Telling the customer."""

import os

import boto3

sns = boto3.client("sns")


def handler(event, context):
    name = event["detail"]["ClienteNome"]
    sns.publish(
        TopicArn=os.environ["TOPIC_ARN"],
        Subject="Confirmação de Pedido",
        Message=f"Olá {name}, seu pedido foi recebido com sucesso!",
    )
