-- The orders of the shop. `Pedido` in src/pedido.rs is a row of this table.
CREATE TABLE pedidos (
    id BIGINT NOT NULL AUTO_INCREMENT,
    produto_id VARCHAR(64) NOT NULL,
    quantidade INT UNSIGNED NOT NULL,
    cliente_nome VARCHAR(200) NOT NULL,
    email VARCHAR(320) NOT NULL,
    status ENUM('CRIADO', 'PAGO', 'ENVIADO', 'ENTREGUE', 'CANCELADO') NOT NULL DEFAULT 'CRIADO',
    PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
