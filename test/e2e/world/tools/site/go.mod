module jmc-migrate.test/world/site

go 1.26.0
