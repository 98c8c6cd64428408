"""A front-end need not look up how the input of a command is called."""

from gateway.schema.assembly import make_schema


def test_the_input_of_every_mutation_is_named_after_it() -> None:
    mutations = make_schema(local=True)._schema.mutation_type
    assert mutations is not None
    named = {name: str(field.args["input"].type) for name, field in mutations.fields.items()}
    assert named == {name: f"{name[0].upper()}{name[1:]}Input!" for name in named}
