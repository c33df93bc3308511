"""Networks: neurons, connections, their labels, and pictures made of them.

In comes a trace or an experiment and an area; out come diagrams whose parts are found by the names of the
trace's quantities. Others use mainly `network_diagram`, `diagram` (its base), `diagram_motion` (how it
appears and values flow) and `adjustable_network` (with knobs and bars).
"""
