"""Mathematics: equations, computation graphs and the pictures of the chain rule.

In come traces, paths from a weight to the loss, and an area; out come mobjects with named terms. Others use
mainly `equation`, `computation_graph`, `chain_graph` and `chain_response`.
"""
