"""What happens when limits are not kept or have to move: supervision orders, extensions, holds; and integrity flags."""
