from livingroom.world.generate import generate

SMALL = 0.02


def test_two_worlds_of_one_seed_have_the_same_bytes() -> None:
    first, second = generate(5, SMALL), generate(5, SMALL)

    assert first.digest() == second.digest()
    assert first.truth_summary == second.truth_summary


def test_another_seed_makes_another_world() -> None:
    first, second = generate(5, SMALL), generate(6, SMALL)

    assert first.digest() != second.digest()


def test_every_click_link_and_code_has_a_name_of_its_own() -> None:
    world = generate(5, SMALL)

    codes = [text for text in world.codes.shared if text] + world.codes.single.text
    assert len(set(world.clicks.click_id.tolist())) == len(world.clicks)
    assert len(set(world.slugs)) == len(world.slugs)
    assert len(set(codes)) == len(codes)
    assert len(set(world.orders.external_id)) == len(world.orders)


def test_names_have_the_shape_the_real_parts_make() -> None:
    from livingroom.links.codes import is_code
    from livingroom.links.redirector.click_id import milliseconds_of

    world = generate(5, SMALL)

    for number in range(0, len(world.clicks), 97):
        click_id = world.clicks.click_id[number].decode()
        assert milliseconds_of(click_id) == world.clicks.at[number] // 1000
    assert all(is_code(text) for text in world.codes.shared if text)
    assert all(is_code(text) for text in world.codes.single.text)
    assert {visitor[:2] for visitor in world.clicks.visitor.tolist()} == {b"c:", b"d:"}
    assert {len(visitor) for visitor in world.clicks.visitor.tolist()} == {26}
