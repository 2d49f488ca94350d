-- +goose Up
CREATE TABLE parcels (
    id BIGINT NOT NULL PRIMARY KEY,
    postage DECIMAL(10, 2) NOT NULL,
    tracking BIGINT UNSIGNED NOT NULL,
    note VARCHAR(200),
    weighed DECIMAL(8, 3)
);
CREATE TABLE billing.invoices (
    number INT UNSIGNED NOT NULL PRIMARY KEY,
    total NUMERIC(12, 2)
);

-- +goose Down
DROP TABLE billing.invoices;
DROP TABLE parcels;
