"""Pages as pure functions: data in, HTML out. Everything anybody said is escaped by the templates."""
