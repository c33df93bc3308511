"""What scenes draw with: typeset text, network diagrams, computation graphs, equations and plots."""
