"""The credit engine: a regulation is a document, a person's facts are a situation, the answer is a statement.

Pure: no framework, no database, no clock. Its public face:

    documents.parse(text) -> Regulation           InvalidDocument names every problem with its line
    situations.Situation, Person, Act, Cycle      what is put in
    cycles.cycle_of(regulation, person, day)      which cycle of a person holds a day
    evaluation.evaluate(regulation, situation)    -> results.Statement, or a named EngineError

Numbers are exact: int and Fraction inside, Decimal at the edge. docs/regulations.md is the language's reference.
"""
