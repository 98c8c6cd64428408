"""What may be asked of the coalitions service: plain rows, shown as far as the asker may see."""
