"""What people upload: checked by content, stored before it has an owner, and read by whom its owner's room says."""
