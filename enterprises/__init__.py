"""Who asks: enterprise, liaison, assistant, and the occasion on which somebody asked."""
