"""What runs inside another tool and builds on it. Only that tool imports these modules."""
